// Units as shapes on a WebGL2 canvas of our own above the map: redrawing the base map for moving units would cost all the time.
import type { Shape } from "../shared/marks";
import type { Palette } from "./palette";
import type { UnitSpot } from "./scene";

const SHAPES: Record<Shape, number> = { circle: 0, half: 1, diamond: 2, open_diamond: 3, dotted_diamond: 3, triangle: 4, square: 5, cross: 6, star: 7, bars: 5 };
/** An emergency is the largest of all. */
const EMERGENCY_PX = 34;
/** A free unit is normal, and drawn small and grey; one that is on something stands out. */
const FREE_PX = 14;
const BUSY_PX = 20;
/** x, y, shape (+ 8 when stale: drawn hollow), opacity, r, g, b, size in pixels. */
const STRIDE = 8;

const VERTEX = `#version 300 es
layout(location=0) in vec2 position; layout(location=1) in vec2 look; layout(location=2) in vec3 colour; layout(location=3) in float pixels;
uniform vec2 size;
out vec2 v_look; out vec3 v_colour; out float v_pixels;
void main() {
  gl_Position = vec4(position.x / size.x * 2.0 - 1.0, 1.0 - position.y / size.y * 2.0, 0.0, 1.0);
  gl_PointSize = pixels; v_look = look; v_colour = colour; v_pixels = pixels;
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec2 v_look; in vec3 v_colour; in float v_pixels; uniform vec3 outline; out vec4 result;
float shape(int kind, vec2 p) {
  if (kind == 2 || kind == 3) return (abs(p.x) + abs(p.y) - 0.78) * 0.707;
  if (kind == 4) return max(abs(p.x) * 0.866 + p.y * -0.5, p.y) - 0.42;
  if (kind == 5) return max(abs(p.x), abs(p.y)) - 0.56;
  if (kind == 6) { vec2 q = abs(p); float a = abs(q.x - q.y) * 0.707 - 0.17; return max(a, max(q.x, q.y) - 0.6); }
  if (kind == 7) { vec2 q = abs(p); return min(max(q.x, q.y) - 0.5, (q.x + q.y - 0.74) * 0.707); }
  return length(p) - 0.62;
}
void main() {
  vec2 p = gl_PointCoord * 2.0 - 1.0;
  bool stale = v_look.x > 7.5; int kind = int(v_look.x - (stale ? 8.0 : 0.0) + 0.5);
  float edge = 2.0 / v_pixels; float d = shape(kind, p);
  float halo = 1.0 - smoothstep(0.16, 0.16 + edge * 1.5, d);
  float body = 1.0 - smoothstep(0.0, edge * 1.5, d);
  bool open = stale || kind == 3;
  if (open) body *= smoothstep(-0.24 - edge, -0.24 + edge, d);
  if (kind == 1 && p.x > 0.0 && d < -0.14) body = 0.0;
  float alpha = max(body, halo * 0.85) * v_look.y;
  result = vec4(mix(outline, v_colour, body) * alpha, alpha);
}`;

/** Draws units; answers null when there is no WebGL2. */
export class UnitsOverlay {
  #gl: WebGL2RenderingContext;
  #program: WebGLProgram | null = null;
  #data = new Float32Array(STRIDE * 1024);

  static on(canvas: HTMLCanvasElement): UnitsOverlay | null {
    const gl = canvas.getContext("webgl2", { premultipliedAlpha: true, antialias: false, depth: false });
    return gl ? new UnitsOverlay(canvas, gl) : null;
  }

  private constructor(canvas: HTMLCanvasElement, gl: WebGL2RenderingContext) {
    this.#gl = gl;
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      this.#program = null;
    });
    canvas.addEventListener("webglcontextrestored", () => this.#prepare());
    this.#prepare();
  }

  draw(spots: readonly UnitSpot[], palette: Palette, width: number, height: number, density: number): void {
    const gl = this.#gl;
    if (!this.#program || gl.isContextLost()) return;
    if (this.#data.length < spots.length * STRIDE) this.#data = new Float32Array(spots.length * STRIDE * 2);
    let at = 0;
    for (const { x, y, mark, opacity, stale } of spots) {
      const free = mark.tone === "calm" && (mark.shape === "circle" || mark.shape === "half");
      const emergency = mark.shape === "star";
      const [r, g, b] = palette.tone[emergency ? "alert" : stale || free ? "faint" : mark.tone];
      const pixels = (emergency ? EMERGENCY_PX : free || mark.tone === "faint" ? FREE_PX : BUSY_PX) * density;
      this.#data.set([x, y, SHAPES[mark.shape] + (stale ? 8 : 0), opacity, r, g, b, pixels], at);
      at += STRIDE;
    }
    gl.viewport(0, 0, Math.round(width * density), Math.round(height * density));
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.bufferData(gl.ARRAY_BUFFER, this.#data.subarray(0, at), gl.DYNAMIC_DRAW);
    gl.uniform2f(gl.getUniformLocation(this.#program, "size"), width, height);
    gl.uniform3f(gl.getUniformLocation(this.#program, "outline"), ...palette.outline);
    gl.drawArrays(gl.POINTS, 0, spots.length);
  }

  #prepare(): void {
    const gl = this.#gl;
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
      const shader = gl.createShader(kind);
      if (!shader) return;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
      console.error("units overlay: the shader does not link", gl.getProgramInfoLog(program));
      return;
    }
    gl.useProgram(program);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    const bytes = STRIDE * 4;
    for (const [location, count, offset] of [[0, 2, 0], [1, 2, 8], [2, 3, 16], [3, 1, 28]] as const) {
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, count, gl.FLOAT, false, bytes, offset);
    }
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.#program = program;
  }
}

// The Chinese font for machines that have none: the browser takes only the parts that the page's characters need.
import "@fontsource-variable/noto-sans-sc";

/**
 * Chromium leaves boxes where it drew a text before its font part had come in. Any change of the font's description draws
 * it anew, so the kerning hint is flipped whenever parts have come in: once a frame, because two flips are none.
 */
export function drawAgainWhenFontsCome(): void {
  let waiting = false;
  document.fonts.addEventListener("loadingdone", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const { style } = document.documentElement;
      style.textRendering = style.textRendering === "optimizeLegibility" ? "geometricPrecision" : "optimizeLegibility";
    });
  });
}

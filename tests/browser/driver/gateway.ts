// A positions gateway: says over gRPC where a unit is, as the devices' gateway would. Browsers can't, so HTTP/2 is spoken here.
import { connect } from "node:http2";
import { readBatchAnswer, writeBatch } from "../../../web-console/src/store/positions.testing";

const METHOD = "/oneroom.v1alpha1.PositionService/StreamPositions";
/** Before each message of a gRPC stream: a byte of flags and four of length. */
const PREFIX_BYTES = 5;

/** Reports one fix as of now and waits until the server has answered that it took it. */
export async function reportFix(origin: string, token: string, unitId: string, at: { latE7: number; lonE7: number }): Promise<void> {
  const message = writeBatch(unitId, at, Date.now());
  const framed = Buffer.alloc(PREFIX_BYTES + message.length);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, PREFIX_BYTES);
  const session = connect(origin);
  try {
    const answer = await new Promise<Buffer>((resolve, reject) => {
      session.once("error", reject);
      const stream = session.request({ ":method": "POST", ":path": METHOD, "content-type": "application/grpc", te: "trailers", authorization: `Bearer ${token}` });
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.once("error", reject);
      stream.once("end", () => resolve(Buffer.concat(parts)));
      stream.end(framed);
    });
    const accepted = answer.length > PREFIX_BYTES ? readBatchAnswer(answer.subarray(PREFIX_BYTES)).accepted : 0;
    if (accepted !== 1) throw new Error(`the server took ${accepted} fixes of ${unitId}; expected 1`);
  } finally {
    session.close();
  }
}

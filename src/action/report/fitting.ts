/** GitHub refuses a summary over 1 MiB, and hostile names can make rows long. In bytes. */
const MOST_BYTES = 700_000;

/** The lines from the first on that are small enough together for a job summary. */
export function fitting(lines: readonly string[]): string[] {
  let bytes = 0;
  return lines.filter((line) => {
    bytes += Buffer.byteLength(line) + 1;
    return bytes <= MOST_BYTES;
  });
}

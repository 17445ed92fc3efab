/** Seconds from the year 1, where Go's time starts, to 1970. */
const TO_UNIX_EPOCH = 62_135_596_800n;

/**
 * Returns the Unix second that Go's `time.Unix` makes of a number: beyond the last that it can count it goes on at the first, some
 * 292 billion years ago. Fly's own code takes the ends of a validity window so. (superfly/macaroon: caveats.go)
 */
export function goSeconds(seconds: bigint): bigint {
  return BigInt.asIntN(64, seconds + TO_UNIX_EPOCH) - TO_UNIX_EPOCH;
}

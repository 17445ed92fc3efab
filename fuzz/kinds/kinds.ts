import { machinesKind, metricsKind, thirdPartyKind } from './answers.js';
import { caveatJsonKind, caveatsKind } from './caveats.js';
import { flyTomlKind } from './fly-toml.js';
import type { Kind } from './kind.js';
import { macaroonBytesKind } from './macaroon-bytes.js';
import { sessionFileKind } from './session-file.js';
import { stateRecordKind } from './state-record.js';
import { stepsKind } from './steps.js';
import { tokenTextKind } from './token-text.js';

/** Every kind of case, in the order of its layer. */
export const KINDS: readonly Kind[] = [
  tokenTextKind,
  macaroonBytesKind,
  caveatsKind,
  caveatJsonKind,
  machinesKind,
  metricsKind,
  thirdPartyKind,
  flyTomlKind,
  sessionFileKind,
  stateRecordKind,
  stepsKind,
];

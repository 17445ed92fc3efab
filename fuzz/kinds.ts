import type { Kind } from './kind.js';
import { machinesKind, metricsKind, thirdPartyKind } from './kinds/answers.js';
import { caveatJsonKind, caveatsKind } from './kinds/caveats.js';
import { macaroonBytesKind } from './kinds/macaroon-bytes.js';
import { sessionFileKind } from './kinds/session-file.js';
import { stateRecordKind } from './kinds/state-record.js';
import { stepsKind } from './kinds/steps.js';
import { tokenTextKind } from './kinds/token-text.js';

/** Every sort of case, in the order of its layer. */
export const KINDS: readonly Kind[] = [
  tokenTextKind,
  macaroonBytesKind,
  caveatsKind,
  caveatJsonKind,
  machinesKind,
  metricsKind,
  thirdPartyKind,
  sessionFileKind,
  stateRecordKind,
  stepsKind,
];

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { passed } from '../../__tests__/support/rigs/step-inputs.js';
import { discharged, freshToken, session } from '../../__tests__/support/tokens/sessions.js';
import { Job } from '../../src/action/access/job.js';
import { maskSession } from '../../src/action/access/mask.js';
import { resolveAccess } from '../../src/action/access/step-access.js';
import { readInputs } from '../../src/action/inputs/read-inputs.js';
import { fromContent } from '../../src/discharge/job-session.js';
import { findSessions } from '../../src/discharge/session-file.js';
import { filesIn } from '../../src/files/folder.js';
import { expectNone, outcomeOfCall } from '../expect.js';
import { mutateJson, mutateText } from '../mutate.js';
import type { Kind } from './kind.js';

const proof = discharged(freshToken(), 1_700_000_000);
const CREDENTIAL = 'T0s7mW9qYcR4vKx2Lb8dZhG6nPaEuJf1QwIo5Ty3SkM';
const { name, content } = session(proof.token, ['my-app', 'staging-*', '!staging-billing'], {
  org: 'my-org',
  discharges: [{ text: proof.discharge, arrived: 1_700_000_000_000 }],
  thirdPartyCredentials: [`https://id.example: Bearer ${CREDENTIAL}`],
});
const SECRETS = [proof.token.slice(4), proof.discharge.slice(4), CREDENTIAL];
const INPUTS = [{}, { app: 'my-app' }, { app: 'staging-x', org: 'my-org' }, { org: 'my-org' }];

/** Kind: files of sessions that another process wrote or changed. */
export const sessionFileKind: Kind = {
  name: 'session',
  share: 40,
  run(dice) {
    const folder = mkdtempSync(join(tmpdir(), 'fuzz-session-'));
    try {
      const text = JSON.stringify(mutateJson(dice, content));
      const job = new Job({});
      const owner = job.owner(filesIn(folder));
      // The file looks as if its writer had the key, or hadn't.
      if (dice.chance(0.9)) owner.files.write(name, dice.chance(0.3) ? mutateText(dice, text) : text);
      else
        writeFileSync(join(folder, name), mutateText(dice, owner.files.read(name).text ?? text), {
          mode: 0o600,
        });
      const sessions = findSessions(owner);
      const masks: string[] = [];
      for (const found of sessions) {
        maskSession(found.content, { mask: (secret) => void masks.push(secret) });
        fromContent(found.content);
      }
      const inputs = readInputs(passed('list', dice.pick(INPUTS)), 'list', false);
      const around = { env: {}, flyToml: () => undefined, sessions, job, command: 'list' } as const;
      const access = outcomeOfCall(() => resolveAccess(inputs, around), SECRETS);
      if ('value' in access) expectNone(access.value.source, SECRETS);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

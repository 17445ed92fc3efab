import { caught } from '../../support/caught.js';
import { createTokenRig, fresh, held, wanting } from './token-rig.js';

const locations = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `https://host-${from + index}.example/v1`);

describe('when tokens name many third parties', () => {
  it.each([
    ['one token with 17', [wanting(locations(17))], '17 third parties, and at most 16'],
    ['one token with 200', [wanting(locations(200))], '200 third parties'],
    ['several with 18 together', [wanting(locations(9)), wanting(locations(9, 9))], '18 third parties'],
    [
      '65 tickets together',
      Array.from({ length: 65 }, () => wanting(['https://one.example'])),
      '65 third-party caveats, and at most 64',
    ],
  ])('asks nobody: %s', async (_, permissions, says) => {
    const { live, fetched } = createTokenRig({ permissions });
    expect(await caught(live.header())).toMatchObject({
      class: 'token format',
      message: expect.stringContaining(says),
      hint: expect.stringContaining('None was asked'),
    });
    expect(fetched()).toEqual([]);
  });

  it('goes on with what is at hand while that holds', async () => {
    const token = wanting(locations(17));
    const whole = wanting(['https://two.example']);
    const discharge = held(whole, -560, 60);
    const rig = createTokenRig({ permissions: [token, whole], discharges: [discharge] });
    expect(await rig.live.header()).toContain(discharge.text);
    expect(rig.fetched()).toEqual([]);
    expect(rig.events).toContainEqual(expect.stringMatching(/^warn: .*18 third parties/));
  });

  it('asks 16, four at once', async () => {
    let under = 0;
    let most = 0;
    const { live, clock, fetched } = createTokenRig({
      permissions: [wanting(locations(16))],
      fetch: async (ticket, signal, now) => {
        under += 1;
        most = Math.max(most, under);
        await clock.sleep(1_000, signal);
        under -= 1;
        return fresh(ticket, now);
      },
    });
    await clock.run(live.header());
    expect(fetched().sort()).toEqual(locations(16).sort());
    expect(most).toBe(4);
  });

  it('lets those that wait for a person keep no place', async () => {
    const persons = locations(4);
    const { live, clock, fetched } = createTokenRig({
      permissions: [wanting(locations(6))],
      fetch: async (ticket, signal, now, onPerson) => {
        if (persons.includes(ticket.location)) {
          onPerson();
          await clock.sleep(600_000, signal);
        }
        return fresh(ticket, now);
      },
    });
    void live.header().catch(() => undefined);
    await clock.run(clock.sleep(1_000));
    expect(fetched()).toHaveLength(6);
  });
});

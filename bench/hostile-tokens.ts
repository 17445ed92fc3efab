/** A text that is built to cost its reader as much as possible. */
export interface HostileToken {
  readonly text: string;
  /** Part of the result of reading it, so that a mistake in building it shows. */
  readonly ends: string;
}

/** Returns the head of a macaroon with this location, in hexadecimal: all of it except the caveats. */
const headWith = (location: string) => `9492c400c410${'00'.repeat(16)}${location}`;
const HEAD = headWith(`b5${Buffer.from('https://api.fly.io/v1').toString('hex')}`);
const TAIL = `c420${'00'.repeat(32)}`;
const TICKET = '0b93a0c400c400';
const DISCHARGE = `fm2_${Buffer.from(`${headWith('a0')}90${TAIL}`, 'hex').toString('base64')}`;

/** Builds hostile tokens of at most `characters` characters, and close to that, by name. */
export function hostileTokens(characters: number): ReadonlyMap<string, HostileToken> {
  const macaroon = macaroonsOf(characters);
  return new Map(Object.entries({ ...nested(macaroon), ...many(macaroon), ...texts(characters) }));
}

/** Builds tokens with one caveat whose body repeats the start of something bad. */
function nested({ bytes, macaroon }: Macaroons): Record<string, HostileToken> {
  const bad = (start: string, pattern: string, ends: string): HostileToken => ({
    text: macaroon(start, pattern.repeat(bytes)),
    ends,
  });
  return {
    'arrays of 32 bits in each other': bad('92cd03e7', 'dd00000001', 'nested deeper'),
    'arrays of one in each other': bad('92cd03e7', '91', 'nested deeper'),
    'arrays that claim nearly all that is left': bad('92cd03e7', 'dc0a00', 'nested deeper'),
    'maps in each other': bad('92cd03e7', '81c0', 'nested deeper'),
    'IfPresent in IfPresent': bad('92', '0d9292', 'nested deeper'),
    'an array that claims 4 billion': bad('ddfffffffe', '1690', 'more elements than there are bytes'),
    'a map that claims 4 billion': bad('920291dfffffffff', 'a000', 'more elements than there are bytes'),
    'binary that claims 4 GB': bad('920cc6ffffffff', '00', 'cut off'),
  };
}

/** Builds tokens with as many small things as fit. */
function many({ room, macaroon }: Macaroons): Record<string, HostileToken> {
  const whole = (...caveats: readonly string[]) => ({ text: macaroon(...caveats, TAIL), ends: 'whole' });
  const times = (digits: number) => Math.floor(room / (digits / 2));
  const sized = (head: string, size: number) => `${head}${size.toString(16).padStart(8, '0')}`;
  const array = (element: string, perElement = 1) => {
    const count = times(element.length);
    return `${sized('dd', perElement * count)}${element.repeat(count)}`;
  };
  const map = (pair: (index: number) => string) => {
    const count = times(pair(0).length);
    return `${sized('df', count)}${Array.from({ length: count }, (_, index) => pair(index)).join('')}`;
  };
  const tickets = Math.floor(times(TICKET.length) / 2);
  const others = discharges(Math.floor(room / 1.5 / (DISCHARGE.length + 1)) - 1);
  return {
    'tiny caveats': whole(array('1690', 2)),
    'tiny caveats of no known type': whole(array('6400', 2)),
    'tiny third-party caveats': whole(array(TICKET, 2)),
    'IfPresent beside IfPresent': whole(array('0d929000', 2)),
    'integers of 64 bits': whole(array('cfffffffffffffffffc0', 2)),
    'a map of numbers': whole(
      '920391',
      map((i) => `ce${(0x10000000 + i).toString(16)}00`),
    ),
    'a map of one number': {
      ...whole(
        '920391',
        map(() => '0000'),
      ),
      ends: 'holds a key twice',
    },
    'a map of texts': whole(
      '920291',
      map((i) => `a6${Buffer.from(`${100_000 + i}`).toString('hex')}00`),
    ),
    'commands of nothing': whole('921b', array('9290c2')),
    'tickets and discharges': {
      text: [macaroon(sized('dd', 2 * tickets), TICKET.repeat(tickets), TAIL), ...others].join(),
      ends: 'whole',
    },
  };
}

/** Builds texts that don't get as far as a macaroon's caveats. */
function texts(characters: number): Record<string, HostileToken> {
  const repeated = (pattern: string, ends: string, start = '', end = ''): HostileToken => {
    const room = characters - start.length - end.length;
    return { text: `${start}${pattern.repeat(room).slice(0, room)}${end}`, ends };
  };
  return {
    'a macaroon of one letter a line': repeated('A\n', 'not standard base64', 'fm2_', 'AA'),
    'blanks within a macaroon': repeated(' ', 'not standard base64', 'fm2_A', 'A'),
    'quotes within a macaroon': repeated('"', 'not standard base64', 'fm2_A', 'A'),
    'padding within a macaroon': repeated('=', 'not standard base64', 'fm2_', 'A'),
    'discharges of nothing': {
      text: discharges(Math.floor(characters / (DISCHARGE.length + 1))).join(),
      ends: 'discharges',
    },
    'labels alone': repeated('fm2_,', 'nothing behind its label'),
    'schemes alone': repeated('Bearer ', 'unreadable'),
    'commas alone': repeated(',', 'empty'),
    'blanks alone': repeated(' ', 'empty'),
    'parts of one letter': repeated('a,', 'unreadable'),
    'dots behind the start of a JSON Web Token': repeated('.', 'unreadable', 'eyJ'),
  };
}

function discharges(count: number): string[] {
  return Array<string>(count).fill(DISCHARGE);
}

interface Macaroons {
  /** Size of a macaroon of that many characters, in bytes. */
  readonly bytes: number;
  /** Bytes left by head and tail. */
  readonly room: number;
  /**
   * Builds the text of a macaroon with these pieces after its head, in hexadecimal; cuts off what is too long.
   */
  macaroon(...pieces: readonly string[]): string;
}

function macaroonsOf(characters: number): Macaroons {
  const bytes = Math.floor((characters - 'fm2_'.length) / 4) * 3;
  return {
    bytes,
    room: bytes - (HEAD.length + TAIL.length) / 2 - 8,
    macaroon(...pieces) {
      const hex = [HEAD, ...pieces].join('');
      return `fm2_${Buffer.from(hex, 'hex').subarray(0, bytes).toString('base64')}`;
    },
  };
}

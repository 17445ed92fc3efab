import { parseCaveats } from '../../../src/macaroon/caveat-json.js';
import { isImplied } from '../../../src/macaroon/implied.js';

const action = (body: string) => ({ type: 'Action', body });
const apps = (of: Readonly<Record<string, string>>, otherwise = 'r') => ({
  type: 'IfPresent',
  body: { ifs: [{ type: 'Apps', body: { apps: of } }], else: otherwise },
});

describe('when a caveat is to be added to others', () => {
  it.each([
    ['fewer actions', action('rC'), [action('r')], true],
    ['fewer actions by two caveats', action('r'), [action('rC'), action('rw')], true],
    ['more actions', action('r'), [action('rC')], false],
    ['nothing', action('rwcdC'), [], false],
    ['all actions', action('*'), [], true],
    ['the same apps', apps({ 1: 'rC' }), [apps({ 1: 'rC' })], true],
    ['fewer apps', apps({ 1: 'rC', 2: 'rC' }), [apps({ 1: 'r' })], true],
    ['the same apps, and fewer actions', apps({ 1: 'r' }), [action('r'), apps({ 1: 'rC' }, '*')], true],
    ['more apps', apps({ 1: 'rC' }), [apps({ 1: 'r', 2: 'r' })], false],
    ['any app', apps({ 1: 'r' }), [apps({ 0: 'r' })], false],
    ['more actions in an app', apps({ 1: 'r' }), [apps({ 1: 'rC' })], false],
    ['more actions elsewhere', apps({ 1: 'r' }), [apps({ 1: 'r' }, 'rC')], false],
    ['another type', { type: 'IsMember', body: {} }, [action('')], false],
  ])('says whether it takes nothing from what leaves %s', (_, caveat, present, isIt) => {
    const [parsed, ...own] = parseCaveats([caveat, ...present]);
    expect(parsed && isImplied(parsed, own)).toBe(isIt);
  });
});

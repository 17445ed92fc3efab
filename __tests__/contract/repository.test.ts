import { readFileSync } from 'node:fs';
import {
  filesWithRepository,
  ownerSentence,
  REPOSITORY,
  repositoryIn,
  withRepository,
} from '../../scripts/repository.js';

const files = filesWithRepository().map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const naming = files.filter(({ text }) => text.includes(REPOSITORY));

describe('when the repository gets an owner', () => {
  it('pages, examples and settings name the one of package.json, and no other', () => {
    expect(naming.length).toBeGreaterThan(50);
    for (const { path, text } of files)
      expect([path, withRepository(text, REPOSITORY)]).toEqual([path, text]);
  });

  it('all of them follow, and nothing else in them changes', () => {
    for (const { text } of naming) {
      const renamed = withRepository(text, 'acme/fly-machines-action');
      expect(renamed).not.toContain(REPOSITORY);
      expect(withRepository(renamed, REPOSITORY)).toBe(text);
    }
  });

  it('the sentence about the placeholder goes', () => {
    expect(ownerSentence('OWNER/fly-machines-action')).toContain('replace `OWNER`');
    expect(ownerSentence('acme/fly-machines-action')).toBe('');
  });

  it('an address of another kind or project is refused', () => {
    const named = (url: string) => () => repositoryIn(JSON.stringify({ repository: { url } }));
    expect(named('git+https://github.com/acme/fly-machines-action.git')()).toBe('acme/fly-machines-action');
    expect(named('git@github.com:acme/fly-machines-action.git')).toThrow('write `git+https://github.com/');
    expect(named('git+https://github.com/acme/another.git')).toThrow('write `git+https://github.com/');
  });
});

import { licensesOnce } from '../../../scripts/licenses.js';

const WORDS = 'Permission is granted, free of charge, to all.\n\nTHE SOFTWARE IS PROVIDED "AS IS".';
const WRAPPED = 'Permission is granted, \nfree of charge, to all.\n \nTHE SOFTWARE IS\n  PROVIDED "AS IS".';

describe('when licences are told once each', () => {
  it('has the words of one behind all packages that they cover, with the notice of each', () => {
    const list = [
      `@a/b\nMIT\nThe MIT License\n\nCopyright 2019 A\nCopyright 2020 B\n\n${WORDS}\n`,
      'c\nISC\nCopyright C\n\nPermission is granted otherwise.\n',
      `d.e\nMIT\nCopyright D\n\nAll rights reserved.\n\n${WRAPPED}\n\n`,
    ];
    expect(licensesOnce(list.join('\n')).split('\n')).toEqual([
      'Each licence once, behind its packages.',
      '',
      ...['@a/b', 'MIT', 'The MIT License', 'Copyright 2019 A', 'Copyright 2020 B', ''],
      ...['d.e', 'MIT', 'Copyright D', 'All rights reserved.', ''],
      ...['Permission is granted, free of charge, to all.', 'THE SOFTWARE IS PROVIDED "AS IS".', ''],
      ...['c', 'ISC', 'Copyright C', '', 'Permission is granted otherwise.', ''],
    ]);
  });

  it('takes words that differ for two licences', () => {
    const other = WORDS.replaceAll('"', '*');
    const text = licensesOnce(`a\nMIT\n${WORDS}\n\nb\nMIT\n${other}\n`);
    expect(text.match(/Permission/g)).toHaveLength(2);
    expect(text).toContain('"AS IS"');
    expect(text).toContain('*AS IS*');
  });

  it('keeps a text that it cannot part as a whole', () => {
    expect(licensesOnce('a\nBSD-3-Clause\nCopyright A\n\nRedistribution is permitted.\n')).toContain(
      'a\nBSD-3-Clause\n\nCopyright A\nRedistribution is permitted.\n',
    );
  });

  it('leaves out the stubs, which are our own, and refuses any other package without a licence', () => {
    const list = (name: string) => `${name}\nMIT\n\nb\nMIT\nCopyright B\n\n${WORDS}\n\n${name}2\nMIT\n`;
    expect(licensesOnce(list('stub-of-a'))).toBe(licensesOnce(`b\nMIT\nCopyright B\n\n${WORDS}\n`));
    expect(() => licensesOnce(list('a'))).toThrow('No file with a licence: a, a2.');
  });

  it('takes any line ends, and makes one kind', () => {
    const list = `a\nMIT\nCopyright A\n\n${WORDS}\n`;
    expect(licensesOnce(list.replaceAll('\n', '\r\n'))).toBe(licensesOnce(list));
  });

  it('refuses what is no list', () => {
    expect(() => licensesOnce('Copyright A\n')).toThrow('begins with no package');
    expect(() => licensesOnce('')).toThrow('begins with no package');
  });
});

/**
 * Returns a module that ncc has made, as CommonJS: Node reads that without its loader for modules, and a step begins some
 * milliseconds earlier. ncc itself makes CommonJS of packages only that are CommonJS, too. Throws where its text has
 * another form than is known here.
 */
export function asCommonJs(code: string): string {
  const alone = replaced(code, /^import \{ createRequire as \w+createRequire \} from "module";$/m, '')
    .replace(/\w+createRequire\(import\.meta\.url\)/g, 'require')
    // The folder of files that a package would bring along; none does.
    .replace(/^.*__nccwpck_require__\.ab = .*import\.meta\.url.*$/m, '');
  const whole = replaced(alone, /^export \{ (.+) \};$/m, (_, names: string) =>
    names.split(', ').map(exported).join('\n'),
  );
  if (/\bimport\.meta\b|^(import|export)\b/m.test(whole))
    throw new Error('Something in the module of ncc is no CommonJS yet.');
  return whole;
}

/** Returns code with the one place that fits a pattern replaced; throws where there is none. */
export function replaced(
  code: string,
  pattern: RegExp,
  by: string | ((...found: string[]) => string),
): string {
  if (!pattern.test(code)) throw new Error(`Nothing in ncc's module fits ${pattern}.`);
  return typeof by === 'string' ? code.replace(pattern, by) : code.replace(pattern, by);
}

function exported(name: string): string {
  const [inner, outer = inner] = name.split(' as ');
  return `exports.${outer} = ${inner};`;
}

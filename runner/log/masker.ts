import { maskForms } from './mask-forms.js';

/** A masker: hides masked values in text, as the runner does in logs, annotations and summaries. */
export interface Masker {
  /** Hides from now on this value, each of its trimmed lines, and the forms derived from them. */
  add(value: string): void;
  /** Returns the text with `***` in place of each hidden part; adjoining parts become one. */
  mask(text: string): string;
}

/**
 * Creates a masker that hides nothing yet. Not modelled: masks by regular expression, which only GitHub's
 * server sets.
 */
export function createMasker(): Masker {
  const hidden = new Set<string>();

  return {
    add(value) {
      const lines = value.split(/[\r\n]/).map((line) => line.trim());
      for (const part of [value, ...lines]) {
        if (part === '') continue;
        for (const form of maskForms(part)) hidden.add(form);
      }
    },
    mask(text) {
      let masked = '';
      let from = 0;
      for (const find of merge(findAll(text, hidden))) {
        masked += `${text.slice(from, find.start)}***`;
        from = find.end;
      }
      return masked + text.slice(from);
    },
  };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function findAll(text: string, hidden: ReadonlySet<string>): readonly Span[] {
  const finds: Span[] = [];
  for (const secret of hidden) {
    for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
      finds.push({ start: at, end: at + secret.length });
    }
  }
  return finds;
}

function merge(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && span.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    } else {
      merged.push(span);
    }
  }
  return merged;
}

/** Returns a text as HTML shows it, in an attribute too. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (it) => `&#${it.charCodeAt(0)};`);
}

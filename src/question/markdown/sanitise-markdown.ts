import { hasLostPicture, sanitiseTags } from '../html.js';
import { withSafeLinks } from './links.js';
import { type Part, parts } from './parts.js';
import { type Angle, angleAt, isInertAt } from './tags.js';

/** No text has more; beyond, all are shown as they are written. */
const MOST_TAGS = 1_000;
/** Cleaning may make code of what was none, or the other way round; it settles soon or not at all. */
const MOST_ROUNDS = 6;
/** What may be dangerous: HTML, links, definitions. */
const SUSPECT = /<[A-Za-z/!?]|\](?:\(|[ \t]?:)/;
/** To a safe address; read as a tag, as in HTML, it is of a kind that does nothing and has no attribute that does. */
const SAFE_AUTOLINK = /^<(?:(?:https?|mailto):(?![^=]*\/(?:on|style)[^=/]*=)|[^:/]*@)[^`]*$/i;
/** Their content goes with them; without an end, all the rest would. */
const SWALLOWING = /^<(\/?)(script|style|textarea|option|xmp)(?![\w-])/i;

/**
 * Markdown that is safe to show to others whichever way it is made HTML, trimmed; what was safe stays as it is. Tags
 * outside of code go through the sanitiser of HTML, the text between them does not: it keeps its `>`, `&` and `*`.
 * A second time changes nothing.
 */
export function sanitiseMarkdown(markdown: string): string {
  if (!SUSPECT.test(markdown)) return markdown;
  let text = markdown
    .replace(/\r\n?/g, '\n')
    .replace(/[\uFDD0\uFDD1]/g, '')
    .trim();
  for (let round = 0; round < MOST_ROUNDS && isReadable(text); round += 1) {
    const clean = cleanedOnce(text);
    if (clean === text) return clean;
    text = clean;
  }
  return withSafeLinks(text.replace(/<(?=[A-Za-z/!?])/g, '&lt;'));
}

const isReadable = (text: string): boolean => (text.match(/<[A-Za-z/!?]/g) ?? []).length <= MOST_TAGS;

/** Whether sanitised Markdown has a picture in HTML that had no address, or none that may be shown. */
export const losesPicture = (markdown: string): boolean =>
  hasLostPicture(markdown) && parts(markdown).some(({ isCode, text }) => !isCode && hasLostPicture(text));

function cleanedOnce(text: string): string {
  const all = parts(withSafeLinks(text, codeOf(parts(text))));
  const pieces = withoutLoners(all.flatMap(piecesOf));
  // Between two characters that are none (Unicode, section 23.7) the sanitiser sees the number of each text.
  const marked = pieces.map(({ isTag, text: piece }, at) => (isTag ? piece : `\uFDD0${at}\uFDD1`)).join('');
  const [body = '', closers = ''] = sanitiseTags(`${marked}\uFDD0\uFDD1`).split('\uFDD0\uFDD1');
  const clean = body.replace(/\uFDD0(\d+)\uFDD1/g, (_mark, at: string) => pieces[Number(at)]?.text ?? '');
  // What was left open is closed at the end, but not in the line of a fence.
  const gap = closers !== '' && all.at(-1)?.isCode ? '\n\n' : '';
  return (clean + gap + closers).trim();
}

/** Tells of places, which come in order, whether they are in code. */
function codeOf(all: readonly Part[]): (at: number) => boolean {
  let [index, end] = [0, all[0]?.text.length ?? 0];
  return (at) => {
    while (at >= end && index < all.length - 1) {
      index += 1;
      end += all[index]?.text.length ?? 0;
    }
    return all[index]?.isCode ?? false;
  };
}

interface Piece {
  text: string;
  isTag: boolean;
}

const kept = (text: string): Piece => ({ text, isTag: false });

/** Tags, and the texts between them, in which no reader sees the beginning of a tag. */
function piecesOf({ text, isCode }: Part): Piece[] {
  if (isCode) return [kept(text)];
  const pieces: Piece[] = [];
  let done = 0;
  // One reader takes a backslash before a `<` for itself, another for an escape: an entity is the same to both.
  for (const { index, 0: begin } of text.matchAll(/\\[^]|</g)) {
    if (index < done || !begin.endsWith('<')) continue;
    const at = index + begin.length - 1;
    const angle = angleAt(text, at);
    if (
      angle === 'nothing' ||
      (angle === 'broken' ? isInertAt(text, at) : begin === '<' && isSafeLink(angle))
    )
      continue;
    const isWhole = begin === '<' && angle !== 'broken' && angle.kind !== 'autolink';
    pieces.push(kept(text.slice(done, index)), isWhole ? cleanable(angle) : kept('&lt;'));
    done = index + (isWhole ? angle.text.length : begin.length);
  }
  return [...pieces, kept(text.slice(done))];
}

const isSafeLink = ({ kind, text }: Angle): boolean => kind === 'autolink' && SAFE_AUTOLINK.test(text);

const cleanable = ({ kind, text }: Angle): Piece => (kind === 'tag' ? { text, isTag: true } : kept(''));

/** Shows an opening tag without an end that would take all that follows with it. */
function withoutLoners(pieces: readonly Piece[]): Piece[] {
  const lastEnd = new Map<string, number>();
  const swallowing = pieces.map(({ isTag, text }) => (isTag ? SWALLOWING.exec(text.toLowerCase()) : null));
  swallowing.forEach((tag, at) => {
    if (tag?.[1] === '/') lastEnd.set(tag[2] ?? '', at);
  });
  return pieces.map((piece, at) => {
    const tag = swallowing[at];
    const isLoner = tag?.[1] === '' && (lastEnd.get(tag[2] ?? '') ?? -1) < at;
    return isLoner ? kept(`&lt;${piece.text.slice(1)}`) : piece;
  });
}

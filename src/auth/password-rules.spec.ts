import { describe, expect, it } from '@jest/globals';
import { passwordProblem } from './password-rules.js';

const ada = { username: 'ada.l', email: 'countess@lovelace.example' };

describe('passwordProblem', () => {
  it.each([
    ['elevenchars', 'characters long'],
    ['x'.repeat(129), 'characters long'],
    ['😀'.repeat(11), 'characters long'],
    // Looks like 12 characters; NFKC makes 11 of them.
    ['e\u0301levenchars', 'characters long'],
    ['1qaz2wsx3edc', 'most common'],
    ['1QAZ2wsx3EDC', 'most common'],
    ['ada.lada.lada.l', 'your own'],
    ['Countess@Lovelace.Example', 'your own'],
    ['lovelace.example1', 'your own'],
    ['COUNTESS-12345', 'your own'],
  ])('refuses %s', (password, reason) => expect(passwordProblem(password, ada)).toContain(reason));

  it.each([
    'twelve chars',
    '😀🎈'.repeat(6),
    'x1'.repeat(64),
    'пароль длинный',
    'ada.l was here in the year 1843',
    // Composition is nobody's business.
    'onlylowercaseletters',
  ])('takes %s', (password) => expect(passwordProblem(password, ada)).toBeUndefined());
});

import { describe, expect, it } from '@jest/globals';
import { isRecoveryCode, newRecoveryCodes, plainCode } from './recovery-code.js';

describe('recovery codes', () => {
  it('are ten, of 16 base32 characters each, none like another', () => {
    const codes = Array.from({ length: 50 }, newRecoveryCodes);
    for (const ten of codes) expect(ten).toHaveLength(10);
    for (const code of codes.flat()) expect(code).toMatch(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/);
    expect(new Set(codes.flat()).size).toBe(500);
    expect(new Set(codes.flat().join('').replaceAll('-', '')).size).toBe(32);
  });

  it('are known as people type them', () => {
    for (const typed of [
      'ABCD-EFGH-IJKL-MNOP',
      'abcdefghijklmnop',
      ' abcd efgh ijkl mnop ',
      'AB-CDEFGHIJKLMNOP',
    ])
      expect(plainCode(typed)).toBe('ABCDEFGHIJKLMNOP');
    expect(isRecoveryCode('ABCDEFGHIJKLMNOP')).toBe(true);
    for (const other of ['', '123456', 'ABCDEFGHIJKLMNO', 'ABCDEFGHIJKLMNOPQ', 'ABCDEFGHIJKLMNO1'])
      expect(isRecoveryCode(other)).toBe(false);
  });
});

/** A number in digits alone, as GIFT wants it: 1e-7 is 0.0000001. Reads back as the same number. */
export function plainDecimal(value: number): string {
  const [mantissa = '', exponent = '0'] = String(Math.abs(value)).split('e');
  return (value < 0 ? '-' : '') + shifted(mantissa, Number(exponent));
}

/** A credit as a percentage, by its decimal digits: 0.07 is 7, not 7.000000000000001. */
export function percentOf(credit: number): string {
  const [mantissa = '', exponent = '0'] = String(Math.abs(credit)).split('e');
  return (credit < 0 ? '-' : '') + shifted(mantissa, Number(exponent) + 2);
}

/** Moves the point of a decimal `places` to the right. */
function shifted(decimal: string, places: number): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  const digits = whole + fraction;
  const point = whole.length + places;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  const rest = padded.slice(at).replace(/0+$/, '');
  return padded.slice(0, at).replace(/^0+(?=\d)/, '') + (rest === '' ? '' : `.${rest}`);
}

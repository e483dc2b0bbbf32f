const DIFFERENCES_SHOWN = 10;

/**
 * Prints what a run came to.
 * @param {ReturnType<typeof import('./summary.mjs').summarise>} summary
 * @param {import('./screen.mjs').Screen} screen
 */
export function printReport(summary, screen) {
  printTop(summary, screen);
  printLatencies(summary, screen);
  printCounts(summary, screen);
  printChecks(summary, screen);
}

function printTop({ top }, screen) {
  screen.print(`\n${screen.bold('Top 10')}`);
  const rows = top.map(({ rank, username, score, skill }) => [
    String(rank),
    username ?? '(hidden)',
    String(score),
    skill === null ? '–' : `${Math.round(skill * 100)} %`,
  ]);
  printTable([['rank', 'name', 'score', 'skill'], ...rows], [1], screen);
  if (top.some(({ skill }) => skill === null)) screen.print(screen.dim('  –: not of this run'));
}

function printLatencies({ latenciesMs, clockOffsetMs }, screen) {
  screen.print(`\n${screen.bold('Latency in ms')}`);
  const cells = ({ p50, p95, p99, max, count }) =>
    [p50, p95, p99, max, count].map((ms) => String(Math.round(ms)));
  const rows = latenciesMs.map(({ name, measured }) => [name, ...(measured ? cells(measured) : ['–'])]);
  printTable([['', 'p50', 'p95', 'p99', 'max', 'of'], ...rows], [0], screen);
  if (clockOffsetMs !== 0)
    screen.print(
      screen.dim(`  the server's clock is ${clockOffsetMs} ms ahead of ours; this is taken into account`),
    );
}

function printCounts(summary, screen) {
  const { accepted, events, obeyed, sentAgain, playedSec, reconnections, seed } = summary;
  const counts = [
    `${accepted} submissions and ${events} events in ${playedSec} s`,
    `${obeyed[429]} answers 429 obeyed`,
    ...(obeyed[503] > 0 ? [`${obeyed[503]} answers 503 obeyed`] : []),
    ...(sentAgain > 0 ? [`${sentAgain} requests sent again`] : []),
    ...(reconnections > 0 ? [`${reconnections} reconnections`] : []),
    `seed ${seed}`,
  ];
  screen.print(`\n${counts.join(', ')}`);
}

function printChecks({ checks, notes, agrees, agreedAfterSec }, screen) {
  screen.print('');
  for (const { name, found, differences } of checks) {
    const sign = differences.length === 0 ? screen.green('✓') : screen.red('✗');
    screen.print(`${sign} ${name.padEnd(11)} ${found}`);
    for (const difference of differences.slice(0, DIFFERENCES_SHOWN)) screen.print(`    ${difference}`);
    if (differences.length > DIFFERENCES_SHOWN)
      screen.print(`    and ${differences.length - DIFFERENCES_SHOWN} more`);
  }
  for (const note of notes) screen.print(screen.dim(`  ${note}`));
  const after = agreedAfterSec >= 0.5 ? `, after ${agreedAfterSec} s` : '';
  screen.print(
    agrees
      ? `\n${screen.green('Everything agrees')}${after}.`
      : `\n${screen.red('Not everything agrees')}${after}.`,
  );
}

/**
 * @param {string[][]} rows the first is the head
 * @param {number[]} leftAligned columns
 * @param {import('./screen.mjs').Screen} screen
 */
function printTable(rows, leftAligned, screen) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  rows.forEach((row, index) => {
    const line = row
      .map((cell, column) =>
        leftAligned.includes(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('  ');
    screen.print(index === 0 ? screen.dim(`  ${line}`) : `  ${line}`);
  });
}

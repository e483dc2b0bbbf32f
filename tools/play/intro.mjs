const REASONS_SHOWN = 3;

/**
 * Says what the import made of the file.
 * @param {import('./course.mjs').Course} course
 * @param {import('./screen.mjs').Screen} screen
 */
export function printCourse({ file, accepted, rejected, imported, quizzes }, screen) {
  const sizes = quizzes.map(({ keys }) => keys.size);
  const size =
    Math.min(...sizes) === Math.max(...sizes) ? sizes[0] : `${Math.min(...sizes)}–${Math.max(...sizes)}`;
  screen.print(
    `${screen.bold(file)}: ${accepted} questions accepted, ${rejected.length} rejected, ${imported} quizzes; ` +
      `${quizzes.length} of them will be played, of ${size} questions each`,
  );
  for (const { line, name, reason } of rejected.slice(0, REASONS_SHOWN))
    screen.print(screen.dim(`  line ${line}${name ? ` (${name})` : ''}: ${reason}`));
  if (rejected.length > REASONS_SHOWN)
    screen.print(screen.dim(`  and ${rejected.length - REASONS_SHOWN} more`));
}

/** The pid noted in a file, if that process is still running. */
export function pidIn(file: string): Promise<number | null>;

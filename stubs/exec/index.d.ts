export function getExecOutput(commandLine: string, args?: string[], options?: unknown): Promise<never>;

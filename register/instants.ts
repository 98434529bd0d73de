/** SQL for a timestamp as an ISO instant in UTC with milliseconds, as the rest of the product writes them. */
export function isoInstant(expression: string): string {
  return `to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* http.ts - calls to /api beside the pages. A failure is an ApiError with the server's code, or "offline". */
import { base } from "./base";

export class ApiError extends Error {
  constructor(public status: number, public code: string, message: string, public json: unknown = null) {
    super(message);
  }
}

/** `path` without a leading slash: api<Banks>("api/banks"). `token` is a key or a room's token; `bytes` go as they are. */
export async function api<T>(path: string, options: { token?: string; method?: string; body?: unknown; bytes?: Blob | string } = {}): Promise<T> {
  const headers: { [name: string]: string } = {};
  if (options.token)
    headers["Authorization"] = "Bearer " + options.token;
  if (options.body !== undefined)
    headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(base().http + path, {
      method: options.method || (options.body === undefined && options.bytes === undefined ? "GET" : "POST"),
      headers, body: options.body === undefined ? options.bytes : JSON.stringify(options.body),
    });
  } catch (_) {
    throw new ApiError(0, "offline", "");
  }
  const text = await response.text();
  let json: any = null;
  try {
    json = JSON.parse(text);
  } catch (_) { /* an error page of a proxy */ }
  if (!response.ok) {
    const error = (json && json.error) || {};
    throw new ApiError(response.status, error.code || "http_" + response.status, error.message || "", json);
  }
  return json as T;
}

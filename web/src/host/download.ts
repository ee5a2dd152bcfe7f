/* SPDX-License-Identifier: Apache-2.0 */
/* download.ts - a file that wants a key: the bearer travels as a header, so it comes as a blob and is saved from here. */
import { base } from "../lib/base";

/** The status of the reply; 200: the browser has the file. `path` without a leading slash. */
export async function saveFile(path: string, token: string, name: string): Promise<number> {
  const response = await fetch(base().http + path, { headers: { Authorization: "Bearer " + token } });
  if (!response.ok)
    return response.status;
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.appendChild(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(url), 60000);
  return 200;
}

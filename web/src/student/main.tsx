/* SPDX-License-Identifier: Apache-2.0 */
import "./main.css";
import { able, startPage } from "../lib/page";
import { App } from "./app";
import { fetchRoom } from "./later";
import { start } from "./session";

if (able()) {
  startPage(<App />, start());
  fetchRoom();
}

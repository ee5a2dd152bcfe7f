/* SPDX-License-Identifier: Apache-2.0 */
import "./main.css";
import { startPage } from "../lib/page";
import { App } from "./app";
import { start } from "./session";

startPage(<App />, start());

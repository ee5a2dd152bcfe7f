/* SPDX-License-Identifier: Apache-2.0 */
import "./main.css";
import { takeFragment } from "../lib/base";
import { startPage } from "../lib/page";
import { App } from "./app";

startPage(<App />, takeFragment()["lang"]);

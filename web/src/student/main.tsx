/* SPDX-License-Identifier: Apache-2.0 */
import "./main.css";
import { LangSwitch } from "../lib/settings";
import { createClient } from "../lib/client";
import { startPage } from "../lib/page";

createClient();
startPage(<LangSwitch />);

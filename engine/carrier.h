/* SPDX-License-Identifier: Apache-2.0 */
/* carrier.h - what carries a session: the first member of everything that the hub knows as a connection. */
#ifndef HOITHI_ENGINE_CARRIER_H
#define HOITHI_ENGINE_CARRIER_H

enum carrier { CARRIER_SOCKET, CARRIER_POLL };

#endif

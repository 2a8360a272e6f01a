# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 900
# Daemons that reach each other by Postfix and Dovecot alone, or by Prosody, and what goes wrong with those.
needs_binary "$BIN/kith"
tally "mail" node tests/interop/mail.mjs
tally "how mail is fetched" node tests/interop/mail_ways.mjs
tally "trouble with mail" node tests/interop/mail_trouble.mjs
tally "XMPP" node tests/interop/xmpp.mjs

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# mailserver.sh start|stop DIR PORT: Postfix and Dovecot on 127.0.0.1 from PORT on: submission with STARTTLS (PORT), IMAPS
# (PORT+1), POP3S (PORT+4); between the two LMTP (PORT+2), authentication (PORT+3) and whether a mailbox is full (PORT+5).
# anna@a.test and ben@b.test have the password "secret" and room for 100 MB.
# mailserver.sh quota DIR PORT SIZE, mailserver.sh postfix DIR PORT NAME=VALUE: change that while it runs.
# Needs root.
set -eu
dir=$2 port=$3
case $1 in
start)
    mkdir -p "$dir"/{mail,run,log,postfix/etc,postfix/queue,postfix/data}
    chmod 755 "$dir"
    getent passwd vmail >/dev/null || useradd -r -M -d /nonexistent -s /usr/sbin/nologin vmail
    chown vmail: "$dir/mail"
    chown postfix: "$dir/postfix/data"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/key.pem" -out "$dir/cert.pem" -days 30 \
        -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' 2>/dev/null
    chmod 600 "$dir/key.pem"
    printf '%s:{PLAIN}secret::::::\n' anna@a.test ben@b.test >"$dir/users"
    chgrp dovecot "$dir/users"
    chmod 640 "$dir/users"
    cat >"$dir/dovecot.conf" <<END
base_dir = $dir/run
log_path = $dir/log/dovecot.log
protocols = imap pop3 lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <$dir/cert.pem
ssl_key = <$dir/key.pem
auth_mechanisms = plain login
mail_location = maildir:$dir/mail/%u
mail_uid = vmail
mail_gid = vmail
first_valid_uid = 1
mail_fsync = never
mail_plugins = quota
plugin {
  quota = count:all
  quota_vsizes = yes
  quota_rule = *:storage=100M
  quota_grace = 0
  quota_status_success = DUNNO
  quota_status_nouser = DUNNO
  quota_status_overquota = 452 4.2.2 the mailbox is full
}
service quota-status {
  executable = quota-status -p postfix
  client_limit = 1
  inet_listener {
    port = $((port + 5))
  }
}
passdb {
  driver = passwd-file
  args = username_format=%u $dir/users
}
userdb {
  driver = static
  args = uid=vmail gid=vmail home=$dir/mail/%u
}
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = $((port + 1))
  }
}
service pop3-login {
  inet_listener pop3 {
    port = 0
  }
  inet_listener pop3s {
    port = $((port + 4))
  }
}
service lmtp {
  inet_listener lmtp {
    port = $((port + 2))
  }
}
service auth {
  inet_listener {
    port = $((port + 3))
  }
}
namespace inbox {
  inbox = yes
}
END
    cat >"$dir/postfix/etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $dir/postfix/queue
data_directory = $dir/postfix/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = $dir/log/postfix.log
maillog_file_prefixes = $dir/log
myhostname = localhost
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = a.test, b.test
virtual_transport = lmtp:inet:127.0.0.1:$((port + 2))
default_transport = error:no relaying in the test server
disable_dns_lookups = yes
message_size_limit = 20000000
smtpd_tls_cert_file = $dir/cert.pem
smtpd_tls_key_file = $dir/key.pem
smtpd_tls_security_level = encrypt
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:$((port + 3))
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
END
    cat >"$dir/postfix/etc/master.cf" <<END
127.0.0.1:$port inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
showq unix n - n - - showq
END
    dovecot -c "$dir/dovecot.conf"
    postfix -c "$dir/postfix/etc" start 2>/dev/null
    for p in "$port" $((port + 1)) $((port + 2)) $((port + 4)); do
        for _ in $(seq 250); do (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null && break || sleep 0.02; done
    done
    ;;
quota)
    sed -i "s/storage=.*/storage=$4/" "$dir/dovecot.conf"
    doveadm -c "$dir/dovecot.conf" reload
    ;;
postfix)
    postconf -c "$dir/postfix/etc" -e "$4"
    postfix -c "$dir/postfix/etc" reload 2>/dev/null
    ;;
stop)
    postfix -c "$dir/postfix/etc" stop 2>/dev/null || true
    pid=$(cat "$dir/run/master.pid" 2>/dev/null || true)
    [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
    ;;
esac

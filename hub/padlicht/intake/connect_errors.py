"""Why the hub is turned away, and what to check. Pure."""

import ssl

import mqtt5

from padlicht.errors import PadlichtError, Refused, TryAgain

# Asking again at once would get the same answer. By name: the codec's codes cannot be compared.
_CHECK = {
    "BAD_USER_NAME_OR_PASSWORD": "check --broker-user and --broker-password-file",
    "NOT_AUTHORIZED": "check --broker-user and --broker-password-file, and that the broker "
    "trusts keys/ca.pem and lets the hub's certificate in",
    "BANNED": "the broker has banned this hub: ask who runs it",
    "CLIENT_ID_NOT_VALID": "check --broker-client: the broker does not take this client id",
    "BAD_AUTHENTICATION_METHOD": "the broker wants another way to log in than a certificate "
    "or a password",
    "UNSUPPORTED_PROTOCOL_VERSION": "the broker must speak MQTT 5",
}
# What OpenSSL calls the alerts of a broker that does not like the hub's certificate, or its lack.
_ALERTS = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED", "HANDSHAKE_FAILURE", "DECRYPT_ERROR")
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNKNOWN_PROTOCOL")
_OLD_TLS = ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL")


def refused(code: mqtt5.ConnAckReasonCode) -> PadlichtError:
    """The error for a CONNACK that is none of success."""
    said = f"the broker refuses the hub ({code.name})"
    check = _CHECK.get(code.name)
    return TryAgain(said) if check is None else Refused(f"{said}: {check}")


def tls_error(error: ssl.SSLError) -> Refused | None:
    """The error for a TLS handshake that will fail again; None when it may just have been cut."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Refused(
            f"the broker's certificate is not accepted ({error.verify_message}): check that it was "
            "signed by keys/ca.pem, names the host of --broker-url, and is not out of date"
        )
    reason = error.reason or ""
    if any(name in reason for name in _NO_TLS):
        return Refused(f"the broker does not speak TLS there ({reason}): check the port")
    if any(name in reason for name in _OLD_TLS):
        return Refused(f"the broker speaks no TLS that is safe ({reason}): it must know TLS 1.2")
    if any(name in reason for name in _ALERTS):
        return Refused(
            f"the broker does not accept the hub's certificate ({reason}): check that it trusts "
            "keys/ca.pem, and that keys/hub.pem is the one that was made with it"
        )
    return None

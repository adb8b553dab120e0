"""The backend of the e-signature sample: an HTTPS server of recorded replies."""

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def start(har, token, folder):
    """Serves the replies of a HAR file to requests with the token, and returns the server."""
    entries = json.loads(har)["log"]["entries"]
    replies = {entry["request"]["url"].split("/", 3)[3]: entry["response"] for entry in entries}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            if self.server.is_down:
                self.close_connection = True
                return
            reply = replies.get(self.path[1:])
            status, text = (reply["status"], reply["content"]["text"]) if reply else (404, "{}")
            if self.headers["authorization"] != f"Bearer {token}":
                status, text = 401, "{}"
            body = text.encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.is_down = True, False
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def stop(server):
    """Ends the server, and answers nothing on connections that are open still."""
    server.is_down = True
    server.shutdown()
    server.server_close()

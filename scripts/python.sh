# Sourced by the root scripts: goes to the project's folder and finds PYTHON, 3.11 or newer.
# A bare machine has none: then Debian's or Ubuntu's is installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

find_python() {
  local candidate
  for candidate in ${EOFFICE_PYTHON:-} $(type -aP python3 python3.13 python3.12 python3.11 || true); do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      PYTHON=$candidate
      return 0
    fi
  done
  return 1
}

install_python() {
  local line="apt-get install -y python3 python3-venv"
  if ! command -v apt-get >/dev/null; then
    echo "eOffice needs Python 3.11 or newer, and this machine has none. Please install it, then run this again." >&2
    exit 1
  elif [ "$(id -u)" = 0 ]; then
    echo "· Installing Python" >&2
    { apt-get update && DEBIAN_FRONTEND=noninteractive $line; } >/dev/null 2>&1 || {
      echo "Python could not be installed. Please run this line and look at what it says: $line" >&2
      exit 1
    }
  elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    echo "· Installing Python (sudo may ask for your password)" >&2
    { sudo apt-get update && sudo DEBIAN_FRONTEND=noninteractive $line; } >/dev/null || {
      echo "Python could not be installed. Please run this line and look at what it says: sudo $line" >&2
      exit 1
    }
  else
    echo "eOffice needs Python 3.11 or newer. As an administrator, run this line, then run this again:" >&2
    echo "  apt-get update && $line" >&2
    exit 1
  fi
}

if ! find_python; then
  command -v python3 >/dev/null || install_python
  find_python || {
    echo "eOffice needs Python 3.11 or newer; this machine has $(python3 --version 2>&1). Debian 12, Ubuntu 24.04 and newer bring it; or name another one: EOFFICE_PYTHON=/path/to/python3 $0" >&2
    exit 1
  }
fi
export PYTHON

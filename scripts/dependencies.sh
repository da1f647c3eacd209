# Debian packages that the project needs; sourced by the other scripts.
# python3 and curl are for the clients and calls that the guides show.
# Installs what is missing and says so; a second call finds everything there and costs nothing.

build_packages="g++ cmake ninja-build ccache libboost1.81-dev libboost-json1.81-dev librange-v3-dev robin-map-dev
  libroaring-dev libicu-dev libre2-dev libstemmer-dev libxxhash-dev libssl-dev libcli11-dev libspdlog-dev libfmt-dev
  libcsv-dev python3 curl"
test_packages="libgtest-dev libgmock-dev libisal-dev libvalijson-dev python3-snowballstemmer pkg-config"
benchmark_packages="libbenchmark-dev libisal-dev libsqlite3-dev libxapian-dev"
plot_packages="python3-matplotlib"

install_packages() {
  missing=""
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed$' || missing="$missing $package"
  done
  if [ -z "$missing" ]; then
    return 0
  fi
  echo "Installing:$missing"
  as_root=""
  if [ "$(id -u)" -ne 0 ]; then
    as_root="sudo"
  fi
  $as_root apt-get update -qq
  # shellcheck disable=SC2086 # a list of words
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

#include "cli/process_setup.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mkdb::cli {

void prepare_process() {
    int descriptor = ::open("/dev/null", O_RDWR);
    while (descriptor >= 0 && descriptor <= STDERR_FILENO) {
        descriptor = ::open("/dev/null", O_RDWR);
    }
    if (descriptor >= 0) {
        ::close(descriptor);
    }
    ::umask(S_IRWXG | S_IRWXO);
}

} // namespace mkdb::cli

#pragma once

#include <mkdb/random/concept.hpp>

#include <cerrno>
#include <cstring>
#include <sys/random.h>

namespace mkdb::random {

/// The kernel's cryptographic source, `getrandom(2)`.
class system {
public:
    [[nodiscard]] result<> fill(std::span<std::byte> out) const {
        while (!out.empty()) {
            auto const got = ::getrandom(out.data(), out.size(), 0);
            if (got < 0 && errno != EINTR) {
                return fail(errc::io, std::string("no random bytes from the system: ") + std::strerror(errno));
            }
            if (got > 0) {
                out = out.subspan(static_cast<std::size_t>(got));
            }
        }
        return {};
    }
};

static_assert(random_source<system>);

} // namespace mkdb::random

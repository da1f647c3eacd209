#pragma once

#include <mkdb/random/concept.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <random>

namespace mkdb::random {

/// A reproducible sequence from a printed seed, for tests and simulations; never for secrets. Copies share one
/// sequence.
class seeded {
public:
    explicit seeded(std::uint64_t seed = 1) : state_(std::make_shared<generator>(seed)) {}

    [[nodiscard]] result<> fill(std::span<std::byte> out) {
        std::lock_guard const lock(state_->mutex);
        for (auto& byte : out) {
            byte = static_cast<std::byte>(state_->engine() & 0xFF);
        }
        return {};
    }

private:
    struct generator {
        explicit generator(std::uint64_t seed) : engine(seed) {}
        std::mutex mutex;
        std::mt19937_64 engine;
    };
    std::shared_ptr<generator> state_;
};

static_assert(random_source<seeded>);

} // namespace mkdb::random

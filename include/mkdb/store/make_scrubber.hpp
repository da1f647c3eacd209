#pragma once

#include <mkdb/store/scrubber.hpp>

#include <concepts>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mkdb {

/// Stands in where the storage has nothing to scrub.
struct no_scrubber {
    void apply(scrub_settings const& /*wanted*/) const noexcept {}
    void protect_soon() const noexcept {}
    [[nodiscard]] result<scrub_report> run() const {
        return fail(errc::unsupported, "the storage of this store has nothing to scrub");
    }
    void pause() const noexcept {}
    void resume() const noexcept {}
    void stop() const noexcept {}
    [[nodiscard]] scrub_statistics statistics() const noexcept { return {}; }
};

/// The scrubber of a store, by what its storage can do.
template <class Partition, class Clock>
struct scrubber_of {
    using type = no_scrubber;
};
template <class Partition, class Clock>
requires storage::scrubbable_storage<typename Partition::backend_type>
struct scrubber_of<Partition, Clock> {
    using type = scrubber<Partition, Clock>;
};

/// Makes the scrubber of a store, and has the storage tell it what to do.
template <class Partition, class Clock, class Files>
[[nodiscard]] std::shared_ptr<typename scrubber_of<Partition, Clock>::type>
make_scrubber(std::vector<std::shared_ptr<Partition>> const& partitions, Clock const& clock, Files& files,
              std::filesystem::path const& directory, scrubber_surroundings around,
              std::function<void(std::string const&)> const& on_recovery) {
    using made_type = typename scrubber_of<Partition, Clock>::type;
    if constexpr (std::same_as<made_type, no_scrubber>) {
        return std::make_shared<made_type>();
    } else {
        around.progress = load_progress(files, directory);
        around.save = [&files, directory](scrub_progress const& now) {
            return file::replace_whole(files, scrub_file(directory), encode_progress(now));
        };
        auto made = std::make_shared<made_type>(partitions, clock, std::move(around));
        for (std::size_t i = 0; i < partitions.size(); ++i) {
            auto const where = "partition " + std::to_string(i) + ": ";
            partitions[i]->backend().watch(
                {[on_recovery, where](std::string const& note) { on_recovery(where + note); },
                 [weak = std::weak_ptr(made)] {
                     if (auto const self = weak.lock()) {
                         self->protect_soon();
                     }
                 }});
        }
        made->protect_soon();
        return made;
    }
}

/// Errors: `invalid_argument`.
[[nodiscard]] inline result<> check_scrub(store_options const& wanted) {
    return wanted.scrub_interval.count() >= 0 && wanted.seal_interval.count() >= 0
               ? result<>()
               : fail(errc::invalid_argument, "Scrubbing and sealing need intervals that are not negative");
}

} // namespace mkdb

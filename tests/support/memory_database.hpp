#pragma once

#include <mkdb/clock/manual.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/file/memory.hpp>
#include <mkdb/policies.hpp>
#include <mkdb/random/seeded.hpp>
#include <mkdb/store/database.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace mkdb::test {

/// The default engine over a disk, a clock and a chance that tests hold in their hands.
struct memory_policies : default_policies {
    using file = mkdb::file::memory;
    using clock = mkdb::clock::manual;
    using random = mkdb::random::seeded;
};

[[nodiscard]] inline boost::json::object object(std::string_view json) {
    return document::parse_object(json).value();
}

} // namespace mkdb::test

// Compiled once for all tests, in memory_database.cpp.
extern template class mkdb::engine::partition<mkdb::test::memory_policies>;
extern template class mkdb::basic_store<mkdb::test::memory_policies>;
extern template class mkdb::basic_database<mkdb::test::memory_policies>;

namespace mkdb::test {

/// A database in memory that can be closed and opened again over the same disk.
class memory_database {
public:
    using database = basic_database<memory_policies>;
    using store = database::store;

    memory_database() { open(); }

    void open() {
        opened_.reset();
        opened_ = database::open("/db", {.background_flush = false}, {disk, clock, mkdb::random::seeded(++openings_)})
                      .value();
    }

    [[nodiscard]] database& operator*() { return *opened_; }
    [[nodiscard]] database* operator->() { return opened_.get(); }

    [[nodiscard]] std::shared_ptr<store> create(std::string const& name, store_options options = {}) {
        options.partitions = options.partitions == 0 ? 2 : options.partitions;
        return opened_->create_store(name, std::move(options)).value();
    }

    mkdb::file::memory disk;
    mkdb::clock::manual clock;

private:
    std::unique_ptr<database> opened_;
    std::uint64_t openings_ = 0;
};

} // namespace mkdb::test

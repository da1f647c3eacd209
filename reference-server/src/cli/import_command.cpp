#include "cli/import_command.hpp"

#include "cli/directory_sink.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress_bar.hpp"
#include "cli/schema_file.hpp"
#include "cli/server_sink.hpp"
#include "cli/terminal.hpp"

#include <mkdb/document/write.hpp>

#include <fmt/format.h>

namespace mkdb::cli {
namespace {

constexpr unsigned records_between_looks = 256;

/// One import on its way: file, sink and what a person sees of them.
class import_run {
public:
    import_run(import_options const& options, import_tally& tally)
        : options_(options), tally_(tally),
          bar_(options.json ? nullptr : terminal_writer(stderr), terminal_width(stderr)) {}

    [[nodiscard]] result<> run(import_sink& sink) {
        auto const moved = move_records(sink);
        auto const finished = sink.finish();
        bar_.clear();
        took_ = bar_.elapsed();
        MKDB_TRY(moved);
        return finished;
    }

    [[nodiscard]] std::chrono::duration<double> took() const { return took_; }

private:
    [[nodiscard]] result<> move_records(import_sink& sink) {
        auto const on_idle = [&]() -> result<> {
            bar_.show({tally_.stored_count(), input_bytes_, total_bytes_});
            return sink.idle();
        };
        MKDB_TRY_ASSIGN(auto input, open_text_input(options_.file, on_idle));
        total_bytes_ = input.total();
        auto format = options_.reader;
        format.id_column = options_.id_field == "_id" ? "" : options_.id_field;
        MKDB_TRY_ASSIGN(auto const reader, make_record_reader(input, options_.file, std::move(format)));
        for (unsigned count = 1; !interrupted(); ++count) {
            MKDB_TRY_ASSIGN(auto const next, reader->next());
            if (std::holds_alternative<end_of_records>(next)) {
                break;
            }
            MKDB_TRY(take(next, sink));
            input_bytes_ = input.consumed();
            if (count % records_between_looks == 0) {
                bar_.show({tally_.stored_count(), input_bytes_, total_bytes_});
            }
        }
        return {};
    }

    [[nodiscard]] result<> take(reading const& found, import_sink& sink) {
        if (auto const* const refused = std::get_if<refused_line>(&found)) {
            tally_.refused(refused->line, refused->reason);
            return {};
        }
        auto const& record = std::get<raw_record>(found);
        return sink.submit(record.line, record.text);
    }

    import_options const& options_;
    import_tally& tally_;
    progress_bar<> bar_;
    std::uint64_t input_bytes_ = 0;
    std::optional<std::uint64_t> total_bytes_;
    std::chrono::duration<double> took_{0};
};

void report(import_options const& options, import_tally const& tally, std::chrono::duration<double> took) {
    if (options.json) {
        fmt::print("{}\n", document::to_json(tally.to_json(took)));
    } else {
        fmt::print(stderr, "{}", tally.refusals_text());
        fmt::print("{}\n", tally.summary(took));
    }
    std::fflush(stdout);
}

outcome import_into(import_sink& sink, import_options const& options, import_tally& tally) {
    import_run run(options, tally);
    auto const done = run.run(sink);
    report(options, tally, run.took());
    MKDB_TRY(done);
    if (interrupted()) {
        return fail(errc::cancelled, "interrupted: what is counted above is stored; import the file again to go on, "
                                     "records with an id are merged, not doubled");
    }
    return tally.refused_count() == 0 ? succeeded : failed;
}

result<std::unique_ptr<import_sink>> open_sink(import_options const& options, target const& where,
                                               import_tally& tally) {
    if (auto const* const address = std::get_if<server_address>(&where)) {
        // With both rights asked for, a user who has neither on the store is told so by the store's name.
        return server_sink::open(*address, {.access = "RW", .timeout = options.timeout}, options.store,
                                 options.id_field, tally);
    }
    std::optional<boost::json::object> schema;
    if (!options.schema.empty()) {
        MKDB_TRY_ASSIGN(schema, read_schema_file(options.schema));
    }
    return directory_sink::open(std::get<std::filesystem::path>(where), options.store, options.id_field, schema, tally);
}

} // namespace

outcome import_records(import_options const& options) {
    MKDB_TRY_ASSIGN(auto const where, parse_socket_target(options.target));
    if (!options.schema.empty() && std::holds_alternative<server_address>(where)) {
        return misused(
            "--schema is for a database directory; on a running server make the store with its schema_config "
            "over the control plane (api_create_store) and import without --schema");
    }
    // A file that cannot be read leaves the database as it was.
    if (auto const readable = open_text_input(options.file, [] { return result<>(); }); !readable) {
        return readable.error();
    }
    interrupt_guard const guard;
    import_tally tally(options.max_errors);
    MKDB_TRY_ASSIGN(auto const sink, open_sink(options, where, tally));
    return import_into(*sink, options, tally);
}

} // namespace mkdb::cli

#include "config/config_file.hpp"

#include <fmt/format.h>

namespace mkdb::server {

result<loaded_config> read_config_text(std::string_view text, std::string const& shown_as) {
    MKDB_TRY_ASSIGN(auto document, parse_config_text(text, shown_as));
    auto findings = check_config(document);
    if (!findings.problems.empty()) {
        auto sentence = shown_as + ": " + findings.problems.front().sentence();
        if (findings.problems.size() > 1) {
            sentence += fmt::format(" (and {} more)", findings.problems.size() - 1);
        }
        return fail(errc::invalid_argument, std::move(sentence));
    }
    loaded_config loaded{std::move(document), {}};
    for (auto const& path : findings.unknown) {
        loaded.warnings.push_back(shown_as + ": unknown key " + path + " is kept and has no effect");
    }
    fill_defaults(loaded.document);
    return loaded;
}

} // namespace mkdb::server

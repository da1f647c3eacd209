#include <mkdb/mkdb.hpp>

#include <filesystem>
#include <iostream>

int main() {
    auto const directory = std::filesystem::current_path() / "consumer.db";
    std::filesystem::remove_all(directory);
    try {
        // `value()` throws where a program prefers that to looking at every result.
        {
            auto const database = mkdb::database::open(directory).value();
            auto const store = database->create_store("notes").value();
            store->write({.id = "first", .delta = {{"text", "written"}}, .if_revision = {}, .mode = {}}).value();
        }
        auto const again = mkdb::database::open(directory).value();
        auto const found = again->open_store("notes").value()->read("first").value();
        return found.json == R"({"text":"written"})" ? 0 : 1;
    } catch (mkdb::bad_result const& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}

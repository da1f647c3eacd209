#pragma once

namespace mkdb::cli {

/// What every command needs of its process: files that only the user may read, and standard streams that are open,
/// since a data file with the number of one would take what is printed.
void prepare_process();

} // namespace mkdb::cli

#include "service/app/logfile.h"

#include "shared/base/uniquefd.h"

#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exeat {

Result<void> logTo(const std::string& file) {
    static constexpr off_t most = off_t{4} << 20;
    struct stat facts{};
    if (::lstat(file.c_str(), &facts) == 0 && facts.st_size > most)
        ::rename(file.c_str(), (file + ".1").c_str());
    const UniqueFd log(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!log)
        return failErrno("cannot write " + file);
    for (const int number : {STDOUT_FILENO, STDERR_FILENO}) {
        if (::dup2(log.get(), number) < 0)
            return failErrno("cannot write " + file);
    }
    return {};
}

} // namespace exeat

/* Counts the changes that a program makes to the disk and, before the one whose number is in
 * KILL_BEFORE, kills the program. Preloaded by tests/kill.rs. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name)                \
    static typeof(name) *real;    \
    if (!real)                    \
    real = dlsym(RTLD_NEXT, #name)

static void change(const char *what, const char *path)
{
    static atomic_long made;
    const char *last = getenv("KILL_BEFORE");
    if (last && atomic_fetch_add(&made, 1) == atol(last)) {
        dprintf(2, "killed before: %s %s\n", what, path);
        kill(getpid(), SIGKILL);
        for (;;)
            pause();
    }
}

/* The path of an open file, in a buffer of PATH_OF bytes. */
#define PATH_OF 512
static const char *path_of(int fd, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_OF - 1);
    path[length < 0 ? 0 : length] = 0;
    return path;
}

static int is_on_disk(const char *path)
{
    return path[0] == '/' && strncmp(path, "/dev/", 5) && strncmp(path, "/proc/", 6);
}

int open64(const char *path, int flags, ...)
{
    REAL(open64);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    if (flags & (O_CREAT | O_TRUNC))
        change("create", path);
    return real(path, flags, mode);
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    REAL(write);
    char path[PATH_OF];
    if (fd > 2 && is_on_disk(path_of(fd, path)))
        change("write", path);
    return real(fd, bytes, length);
}

int fsync(int fd)
{
    REAL(fsync);
    char path[PATH_OF];
    change("sync", path_of(fd, path));
    return real(fd);
}

int fdatasync(int fd)
{
    REAL(fdatasync);
    char path[PATH_OF];
    change("sync", path_of(fd, path));
    return real(fd);
}

int ftruncate64(int fd, off64_t length)
{
    REAL(ftruncate64);
    char path[PATH_OF];
    change("truncate", path_of(fd, path));
    return real(fd, length);
}

int rename(const char *from, const char *to)
{
    REAL(rename);
    change("rename", to);
    return real(from, to);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(mkdir);
    change("mkdir", path);
    return real(path, mode);
}

int unlink(const char *path)
{
    REAL(unlink);
    change("unlink", path);
    return real(path);
}

int rmdir(const char *path)
{
    REAL(rmdir);
    change("rmdir", path);
    return real(path);
}

int unlinkat(int folder, const char *path, int flags)
{
    REAL(unlinkat);
    change("unlink", path);
    return real(folder, path, flags);
}

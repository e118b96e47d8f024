/* Records what a process does to the files of one folder, in the order in which it does it.
 *
 * Loaded before the C library (LD_PRELOAD), it stands in for the calls that change files, lets the
 * real ones do the work and, once they have succeeded, adds a record to the file RECORD names:
 * what was done, the file's name within RECORDED_FOLDER ("" is the folder itself), offset and
 * content. Meant for one thread: records of two would not stand in the order of their calls.
 *
 *   C created   W written   T truncated to the offset   S flushed   U unlinked
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct __attribute__((packed)) header {
    char what;
    uint16_t name;
    uint64_t offset;
    uint32_t length;
};

static int record = -1;
static char folder[PATH_MAX];

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void)
{
    const char *named = getenv("RECORDED_FOLDER"), *path = getenv("RECORD");
    if (!named || !path || strlen(named) >= sizeof folder)
        return;
    strcpy(folder, named);
    record = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* Return the name within the folder, or NULL for what lies elsewhere. */
static const char *name_of(const char *path)
{
    size_t length = strlen(folder);
    if (record < 0 || strncmp(path, folder, length))
        return NULL;
    if (!path[length])
        return path + length;
    return path[length] == '/' ? path + length + 1 : NULL;
}

static void add(char what, const char *path, uint64_t offset, const void *content, size_t length)
{
    const char *name = name_of(path);
    if (!name)
        return;
    struct header head = {what, (uint16_t)strlen(name), offset, (uint32_t)length};
    struct iovec parts[] = {
        {&head, sizeof head}, {(void *)name, head.name}, {(void *)content, length}};
    /* A record with a hole would show a disk that never was. */
    if (syscall(SYS_writev, record, parts, 3) != (long)(sizeof head + head.name + length))
        abort();
}

static void add_open(char what, int file, uint64_t offset, const void *content, size_t length)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t found = record < 0 ? -1 : readlink(link, path, sizeof path - 1);
    if (found < 0)
        return;
    path[found] = 0;
    add(what, path, offset, content, length);
}

static int open_any(__typeof__(&open) real, const char *path, int flags, mode_t mode)
{
    int is_new = (flags & O_CREAT) && record >= 0 && access(path, F_OK);
    int file = real(path, flags, mode);
    if (is_new && file >= 0)
        add_open('C', file, 0, "", 0);
    return file;
}

#define OPEN(name)                                     \
    int name(const char *path, int flags, ...)         \
    {                                                  \
        va_list rest;                                  \
        va_start(rest, flags);                         \
        mode_t mode = (mode_t)va_arg(rest, int);       \
        va_end(rest);                                  \
        return open_any(REAL(name), path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

ssize_t write(int file, const void *content, size_t length)
{
    ssize_t written = REAL(write)(file, content, length);
    if (written > 0)
        add_open('W', file, (uint64_t)lseek(file, 0, SEEK_CUR) - (uint64_t)written, content,
                 (size_t)written);
    return written;
}

ssize_t pwrite64(int file, const void *content, size_t length, off64_t offset)
{
    ssize_t written = REAL(pwrite64)(file, content, length, offset);
    if (written > 0)
        add_open('W', file, (uint64_t)offset, content, (size_t)written);
    return written;
}

int ftruncate64(int file, off64_t length)
{
    int failed = REAL(ftruncate64)(file, length);
    if (!failed)
        add_open('T', file, (uint64_t)length, "", 0);
    return failed;
}

#define FLUSH(name)                        \
    int name(int file)                     \
    {                                      \
        int failed = REAL(name)(file);     \
        if (!failed)                       \
            add_open('S', file, 0, "", 0); \
        return failed;                     \
    }
FLUSH(fsync)
FLUSH(fdatasync)

int unlink(const char *path)
{
    int failed = REAL(unlink)(path);
    if (!failed)
        add('U', path, 0, "", 0);
    return failed;
}

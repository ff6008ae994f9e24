// What a shell cannot try: one system call by name; prints "ok" or the name of the error.
#include <errno.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static long connectTo(const char* path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return -1;
    size_t size = strlen(path);
    memcpy(address.sun_path, path, size);
    if (path[0] == '@')
        address.sun_path[0] = 0;
    return connect(fd, (struct sockaddr*)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size));
}

static long pairOf(int type) {
    int ends[2];
    return socketpair(AF_UNIX, type, 0, ends);
}

static long try(const char* what, const char* argument) {
    char memory[256] = {0};
    if (!strcmp(what, "connect"))
        return connectTo(argument);
    if (!strcmp(what, "socket"))
        return syscall(SYS_socket, strtoul(argument, NULL, 0), SOCK_DGRAM, 0);
    if (!strcmp(what, "netlink"))
        return socket(AF_NETLINK, SOCK_RAW, atoi(argument));
    if (!strcmp(what, "pair"))
        return pairOf(atoi(argument));
    if (!strcmp(what, "ptrace"))
        return ptrace(PTRACE_SEIZE, atoi(argument), NULL, NULL);
    if (!strcmp(what, "vmread"))
        return syscall(SYS_process_vm_readv, atoi(argument), NULL, 0, NULL, 0, 0);
    if (!strcmp(what, "userns"))
        return unshare(CLONE_NEWUSER);
    if (!strcmp(what, "clonens"))
        return syscall(SYS_clone, CLONE_NEWUSER | 17, NULL, NULL, NULL, 0);
    if (!strcmp(what, "clone3"))
        return syscall(SYS_clone3, memory, 88);
    if (!strcmp(what, "mount"))
        return mount("tmpfs", argument, "tmpfs", 0, NULL);
    if (!strcmp(what, "umount"))
        return umount2(argument, MNT_DETACH);
    if (!strcmp(what, "uring"))
        return syscall(SYS_io_uring_setup, 1, memory);
    if (!strcmp(what, "bpf"))
        return syscall(SYS_bpf, 0, memory, 64);
    if (!strcmp(what, "keyctl"))
        return syscall(SYS_keyctl, 0, -3, 0);
    if (!strcmp(what, "tiocsti"))
        return syscall(SYS_ioctl, 0, 0x5412UL | strtoul(argument, NULL, 0) << 32, "x");
    if (!strcmp(what, "personality"))
        return personality(strtoul(argument, NULL, 0));
    if (!strcmp(what, "fcntl"))
        return fcntl(STDERR_FILENO, atoi(argument), F_UNLCK);
    if (!strcmp(what, "listener")) {
        struct {
            unsigned short length;
            void* code;
        } program = {0, memory};
        return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    }
#ifdef __x86_64__
    if (!strcmp(what, "x32"))
        return syscall(0x40000000 + SYS_getpid);
    if (!strcmp(what, "i386")) {
        long result = 20; // getpid
        __asm__ volatile("int $0x80" : "+a"(result) : : "memory");
        return result;
    }
#endif
    fprintf(stderr, "no probe named %s\n", what);
    exit(2);
}

int main(int argc, char** argv) {
    if (argc < 2)
        return 2;
    const long result = try(argv[1], argc > 2 ? argv[2] : "");
    puts(result < 0 ? strerrorname_np(errno) : "ok");
    return 0;
}

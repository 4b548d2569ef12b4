/* Decides what a loss of power would leave: keeps a copy of what was synchronised, and can end the process at a synchronisation.
 *
 * Preloaded into a process that writes below CAIRN_POWER_ROOT. fsync and fdatasync of a file copy its contents to
 * CAIRN_POWER_KEPT/f-<file>, of a directory its names to CAIRN_POWER_KEPT/d-<file>, a line each: <file> <kind> <name>.
 * A file is named by inode and time of birth, so that one that gets the inode of a deleted one is another. sync_file_range
 * promises nothing about new blocks and the disk's cache, so it keeps nothing. Copies are renamed into place: a process that
 * is killed meanwhile has not synchronised.
 *
 * CAIRN_POWER_STOP=N kills the process at its Nth synchronisation: before it where N is even, after it where N is odd.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long calls;

static void give_up(const char *what)
{
	perror(what);
	_exit(97);
}

static void id_of(int fd, const char *name, int flags, char *id, size_t size)
{
	struct statx s;
	if (statx(fd, name, flags, STATX_INO | STATX_BTIME, &s) != 0)
		give_up("power: statx");
	snprintf(id, size, "%llu-%lld-%u", (unsigned long long)s.stx_ino, (long long)s.stx_btime.tv_sec, s.stx_btime.tv_nsec);
}

static void keep_file(const char *path, int to)
{
	char buffer[1 << 16];
	ssize_t got;
	int from = open(path, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		give_up("power: open");
	while ((got = read(from, buffer, sizeof buffer)) > 0)
		for (ssize_t done = 0; done < got;) {
			ssize_t put = write(to, buffer + done, (size_t)(got - done));
			if (put < 0)
				give_up("power: write");
			done += put;
		}
	if (got < 0)
		give_up("power: read");
	close(from);
}

static void keep_names(const char *path, int to)
{
	char id[64];
	struct dirent *entry;
	DIR *dir = opendir(path);
	if (dir == NULL)
		give_up("power: opendir");
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		id_of(dirfd(dir), entry->d_name, AT_SYMLINK_NOFOLLOW, id, sizeof id);
		dprintf(to, "%s %c %s\n", id, entry->d_type == DT_DIR ? 'd' : 'f', entry->d_name);
	}
	closedir(dir);
}

static void keep(int fd)
{
	const char *root = getenv("CAIRN_POWER_ROOT"), *kept = getenv("CAIRN_POWER_KEPT");
	char link[64], path[PATH_MAX], id[64], temp[PATH_MAX], name[PATH_MAX];
	struct stat s;
	ssize_t len;
	int to;
	if (root == NULL || kept == NULL || fstat(fd, &s) != 0)
		return;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof path - 1);
	if (len < 0)
		return;
	path[len] = 0;
	if (strncmp(path, root, strlen(root)) != 0)
		return;
	id_of(fd, "", AT_EMPTY_PATH, id, sizeof id);
	snprintf(name, sizeof name, "%s/%c-%s", kept, S_ISDIR(s.st_mode) ? 'd' : 'f', id);
	snprintf(temp, sizeof temp, "%s/temp-%d", kept, (int)gettid());
	to = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (to < 0)
		give_up("power: create");
	if (S_ISDIR(s.st_mode))
		keep_names(link, to);
	else
		keep_file(link, to);
	close(to);
	if (rename(temp, name) != 0)
		give_up("power: rename");
}

static int synchronise(int fd)
{
	const char *stop = getenv("CAIRN_POWER_STOP");
	long last = stop == NULL ? 0 : atol(stop), call = atomic_fetch_add(&calls, 1) + 1;
	if (call == last && last % 2 == 0)
		kill(getpid(), SIGKILL);
	keep(fd);
	if (call == last)
		kill(getpid(), SIGKILL);
	return 0;
}

int fsync(int fd) { return synchronise(fd); }

int fdatasync(int fd) { return synchronise(fd); }

int sync_file_range(int fd, off64_t from, off64_t len, unsigned flags)
{
	(void)fd, (void)from, (void)len, (void)flags;
	return 0;
}

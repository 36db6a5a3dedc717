# part: 10_settings
set -eu
source_dir=${1:-$HOME/documents}
target_dir=${2:-/var/backups/documents}
keep=7
# part: 20_checks
if [ ! -d "$source_dir" ]; then
  echo "backup: there is no directory $source_dir" >&2
  exit 1
fi
mkdir -p "$target_dir"
# part: 30_archive
name=documents-$(date +%Y%m%d-%H%M%S).tar.gz
tar --create --gzip --file "$target_dir/$name.part" --directory "$source_dir" .
mv "$target_dir/$name.part" "$target_dir/$name"
# part: 40_rotate
ls -1 "$target_dir"/documents-*.tar.gz | sort | head -n "-$keep" | while read -r old; do
  rm -- "$old"
done
# part: 50_report
printf 'kept %s archives, newest %s\n' "$(ls -1 "$target_dir" | wc -l)" "$name"

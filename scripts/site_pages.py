"""Which pages has the documentation site? Those of docs/, and README.md as the first.

Links that leave docs/ are written for the repository; on the site their text stays.
"""

import re
from pathlib import Path

from mkdocs.structure.files import File

LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)#:\s]+)(#[^)\s]*)?\)")


def on_files(files, config):
    top = Path(config.config_file_path).parent.parent
    text = (top / "README.md").read_text(encoding="utf-8")
    files.append(File.generated(config, "index.md", content=re.sub(r"\]\(docs/", "](", text)))
    return files


def on_page_markdown(markdown, page, config, files):
    docs, folder = Path(config.docs_dir), Path(page.file.src_uri).parent

    def on_site(link):
        text, target, anchor = link.groups()
        if target == "../README.md":
            return f"[{text}](index.md{anchor or ''})"
        if files.get_file_from_path((folder / target).as_posix()) is not None:
            return link.group()
        # README.md lies beside docs/
        is_elsewhere = (docs / folder / target).exists() or (docs.parent / target).exists()
        return text if is_elsewhere else link.group()

    return LINK.sub(on_site, markdown)

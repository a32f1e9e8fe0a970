from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "eoffice.files"
    label = "files"

"""Django's settings, read from top to bottom.

What may differ between installations comes from the environment: DATABASE_URL, SECRET_KEY, DEBUG,
ALLOWED_HOSTS, HTTPS, VAR, SITE_OWNER and ACCESSIBILITY_CONTACT. Each has a default that suits one person on
one machine.
"""

from finsam import environment
from finsam.database import database_from_url, database_url
from finsam.postgres import Server

BASE_DIR = environment.BASE_DIR
VAR = environment.var_directory()

# -- How it runs -----------------------------------------------------------------------------------

DEBUG = environment.flag("DEBUG")
SECRET_KEY = environment.secret_key(debug=DEBUG)
ALLOWED_HOSTS = environment.hosts("ALLOWED_HOSTS")
ROOT_URLCONF = "finsam.urls"
WSGI_APPLICATION = "finsam.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tables2",
    "finsam",
    "members",
    "budgets",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A page of figures becomes a sixth on its way; a secret in it cannot be guessed from its length, since
    # the middleware adds a random number of characters and forms mask their token.
    "django.middleware.gzip.GZipMiddleware",
    # An unchanged page is answered 304: its body is not sent again.
    "django.middleware.http.ConditionalGetMiddleware",
    "finsam.middleware.ForgetStrangeSessions",
    "finsam.middleware.KeepPrivate",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# -- The database ----------------------------------------------------------------------------------

# Naming the embedded server's socket starts nothing: manage.py does that (finsam/postgres.py).
DATABASES = {
    "default": (database_from_url(database_url()) if database_url() else Server(VAR / "postgres").database())
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Who ------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "members.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "start"
SESSION_COOKIE_AGE = 8 * 60 * 60  # a working day, counted from the last page
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "members.views.csrf_failure"
# A grid of 60 lines and 12 months with each line's decision, and room to spare.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# A file of actual figures travels in the form from step to step (budgets/import_files.py); with its mapping.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4_000_000
# What may be uploaded (finsam/uploads.py) stays in memory, so that nothing of it is left on a disk.
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
SESSION_COOKIE_SAMESITE = "Lax"

# -- What the browser may do ----------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

# Behind a server that speaks HTTPS and says so; without it, on this machine or a trusted network.
HTTPS = environment.flag("HTTPS")
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS

# -- Pages ----------------------------------------------------------------------------------------

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "budgets.page_help.page_help",
            ],
            "libraries": {"kronor": "finsam.kronor"},
            "builtins": ["finsam.kronor"],
        },
    }
]
DJANGO_TABLES2_TEMPLATE = "table.html"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Files are served from where they lie: no collectstatic. They carry no hash in their names, so a
# browser asks each time and is answered 304.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0

# Who answers for the site, in the accessibility statement; empty while nobody has said.
SITE_OWNER = environment.line("SITE_OWNER")
ACCESSIBILITY_CONTACT = environment.mail_address("ACCESSIBILITY_CONTACT")

LANGUAGE_CODE = "sv"
USE_I18N = True
USE_THOUSAND_SEPARATOR = False  # amounts are grouped by finsam/money.py alone
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

# -- Faults ---------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django mails errors to ADMINS by default; here they go the same way as all others.
    # A refusal (404, 403, 422) is an answer, not a fault: only what is ours to mend is told.
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
    },
}
